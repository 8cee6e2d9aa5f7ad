"""The loops of the router that are worth compiling: one named kernel each, its cost in the docstring.

Index names: ``u, v`` nodes, ``a`` arcs, ``s`` sources, ``k`` lanes. Kernels allocate little, trust their
arguments and release the interpreter lock, so that threads run them side by side.
"""
