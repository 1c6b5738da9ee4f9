// Tests of Eksctl.
