from app.users.service import UserService, build_user_service

_service = build_user_service()


def get_user_service() -> UserService:
    return _service
