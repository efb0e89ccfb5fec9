"""Putting right what has one certain meaning, before a faulty text is read.

People write what they know from YAML, Python, a shell or C: ``n_jobs: 10``, ``after = x``, a
semicolon, ``--nJobs 10``.  Where such a text can mean one thing only, the edit that says it in
alw is found here.  The edit is the fix of the message, and the text after it is what the parser
goes on with: so the rest of the file is judged as it will be after ``alw check --fix``, nothing
follows from the slip, and the fix leads to no error that was not reported with it.

An edit never takes away what the author wrote, apart from punctuation.
"""
