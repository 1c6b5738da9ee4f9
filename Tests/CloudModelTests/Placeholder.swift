// Tests of CloudModel.
