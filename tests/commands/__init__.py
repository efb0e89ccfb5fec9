"""Commands on the worker node: the words of the source, and the learner's checks."""
