// Tests of CEL.
