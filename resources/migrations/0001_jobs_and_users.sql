-- Users of this station. Their keys are not here: see access.json beside the database.
create table users (
    user_id text primary key,
    name text not null unique collate nocase,
    role text not null,
    created_at text not null
) strict;

-- One row per job: the fold of its events as JSON, and the few columns that are searched or sorted by.
create table jobs (
    job_id text primary key,
    user_id text not null,
    status text not null,
    requested text not null,
    created_at text not null,
    revision integer not null check (revision >= 1),
    projection text not null
) strict;
create index jobs_newest on jobs (created_at desc, job_id desc);
create index jobs_of_user on jobs (user_id, created_at desc, job_id desc);
create index jobs_active on jobs (status) where status in ('queued', 'preparing', 'training');

-- What happened to a job, in order; sequence is the revision of the job that the event made.
create table job_events (
    job_id text not null references jobs (job_id),
    sequence integer not null check (sequence >= 1),
    kind text not null,
    body text not null,
    primary key (job_id, sequence)
) strict, without rowid;
create index epoch_events on job_events (job_id, sequence) where kind = 'epoch_finished';

-- What the office does not know yet: one row per thing, however often it changed since.
create table outbox (
    kind text not null,
    id text not null,
    revision integer not null,
    waiting_since text not null,
    primary key (kind, id)
) strict, without rowid;

-- Which model was made the active one, by whom and when. Facts: never changed, never deleted.
create table deployments (
    position integer primary key autoincrement,
    deployment_id text not null unique,
    site_id text not null,
    body text not null
) strict;
create index deployments_of_site on deployments (site_id, position desc);
create trigger deployments_stay_as_they_are before update on deployments
begin select raise(abort, 'a deployment is a fact'); end;
create trigger deployments_are_kept before delete on deployments
begin select raise(abort, 'a deployment is a fact'); end;

-- Sites that were opened on this station.
create table known_sites (
    site_id text primary key,
    name text not null,
    folder text not null,
    simulated integer not null check (simulated in (0, 1)),
    opened_at text not null
) strict;

-- Who did what that matters for access: sign-ins, deployments, changes of users.
create table audit (
    position integer primary key autoincrement,
    at text not null,
    user_id text not null,
    deed text not null,
    subject text not null
) strict;
create trigger audit_stays_as_it_is before update on audit
begin select raise(abort, 'an audit entry is a fact'); end;
create trigger audit_is_kept before delete on audit
begin select raise(abort, 'an audit entry is a fact'); end;
