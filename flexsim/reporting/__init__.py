"""What is made of a run that is over: reports, exports, comparisons."""
