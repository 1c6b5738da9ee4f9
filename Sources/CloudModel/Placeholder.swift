// The room CloudModel.
