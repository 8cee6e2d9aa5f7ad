"""How far the figures move if the layers are as wrong as they are known to be."""
