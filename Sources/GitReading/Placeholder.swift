// The room GitReading.
