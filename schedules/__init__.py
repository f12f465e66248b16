"""Schedules keep time: one module per job, one timetable, one clock."""
