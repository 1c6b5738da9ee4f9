// The room LabEngine.
