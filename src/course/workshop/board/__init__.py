"""The live board of a workshop: a hub service that hears from kernels, and says where the room is and what it believes."""
