// Tests of Recordings.
