"""Charts, sentences and writers: what turns findings into something to read.  Never sees a model or a file reader."""
