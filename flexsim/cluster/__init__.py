"""Work in other processes, here or on many machines by Ray: functions called there, programs spoken to in lines."""
