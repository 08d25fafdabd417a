"""What is worth remembering now: words, decay and the order of recollections."""
