"""What the pages say, in one language and laid out for nobody yet: the writers put it on a page."""
