"""The loops of siting that are worth compiling: one named kernel each, its cost in the docstring.

Index names: ``i`` demand, ``j`` site, ``a`` entry of a list. Kernels trust their arguments and release the
interpreter lock.
"""
