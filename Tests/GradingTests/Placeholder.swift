// Tests of Grading.
