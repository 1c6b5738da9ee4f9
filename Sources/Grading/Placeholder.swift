// The room Grading.
