// The room Gradebook.
