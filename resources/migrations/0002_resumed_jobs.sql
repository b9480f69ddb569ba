-- Where a job went on: read with its epochs, however many log lines came since.
create index resumed_events on job_events (job_id, sequence) where kind = 'job_resumed';
