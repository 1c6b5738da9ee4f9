// The room Scheduler.
