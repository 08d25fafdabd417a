"""How roles think: rules that cost nothing and repeat exactly, or a language model, behind one interface."""
