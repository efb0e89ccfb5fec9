"""prun and PanDA: the only part of the compiler that touches panda-client."""
