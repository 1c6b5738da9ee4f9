// Tests of GitReading.
