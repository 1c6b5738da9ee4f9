// Tests of LabEngine.
