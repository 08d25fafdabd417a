"""Work on several machines, by Ray: functions that are called there, and programs that run there and are spoken to in lines."""
