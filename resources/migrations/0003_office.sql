-- Settings of this station as JSON by name; secrets only where the system has no keyring.
create table settings (name text primary key, body text not null) strict, without rowid;
create table secrets (name text primary key, secret text not null) strict, without rowid;

-- Who this station is: its id, its name, the private key that it signs with. One row.
create table station (
    one integer primary key check (one = 1),
    station_id text not null,
    name text not null,
    private_key blob not null,
    created_at text not null
) strict;

-- Keys of other stations: seen, trusted by an administrator, or revoked.
create table station_keys (
    fingerprint text primary key,
    public_key text not null,
    station_id text not null,
    station_name text not null,
    state text not null check (state in ('seen', 'trusted', 'revoked')),
    by_name text not null,
    at text not null,
    reason text not null
) strict, without rowid;

-- What became of something that waits: how often it was tried, why it did not go, whether it waits for a person.
alter table outbox add column tries integer not null default 0;
alter table outbox add column fault text not null default '';
alter table outbox add column held integer not null default 0 check (held in (0, 1));
create index outbox_to_go on outbox (waiting_since, kind, id) where held = 0;
create index outbox_untried on outbox (waiting_since, kind, id) where held = 0 and tries = 0;

-- What the office said of a deployment: its number, and whether the pointer moved to it. Said once.
create table deployment_numbers (
    deployment_id text primary key,
    version integer not null check (version >= 1),
    accepted integer not null check (accepted in (0, 1))
) strict, without rowid;
create trigger numbers_stay_as_they_are before update on deployment_numbers
begin select raise(abort, 'a number is given once'); end;

-- Deployments of this station that somebody gave up: they can never reach the office, and nothing waits for them.
create table given_up (
    deployment_id text primary key,
    user_id text not null,
    by_name text not null,
    at text not null,
    reason text not null
) strict, without rowid;
create trigger what_was_given_up_stays_so before update on given_up
begin select raise(abort, 'a deployment is given up once'); end;

-- The active deployment of each site on this station.
create table pointers (
    site_id text primary key,
    epoch integer not null check (epoch >= 1),
    deployment_id text not null
) strict, without rowid;
insert into pointers (site_id, epoch, deployment_id)
select site_id, count(*), (select deployment_id from deployments as newest where newest.site_id = deployments.site_id
    order by position desc limit 1) from deployments group by site_id;

-- The highest epoch of each site that the office has accepted, as trusted keys say, whether anything is active here or
-- not yet. It never falls.
create table office_epochs (
    site_id text primary key,
    epoch integer not null check (epoch >= 1)
) strict, without rowid;
create trigger office_epoch_never_falls before update on office_epochs when new.epoch < old.epoch
begin select raise(abort, 'the epoch of the office never falls'); end;
create trigger office_epochs_are_kept before delete on office_epochs
begin select raise(abort, 'the epoch of the office never falls'); end;

-- Jobs of other stations, as the office last told; read only.
create table office_jobs (
    job_id text primary key,
    user_id text not null,
    station_id text not null,
    revision integer not null,
    created_at text not null,
    key_id text not null,
    packed blob not null -- what was signed, by zlib
) strict, without rowid;
create index office_jobs_newest on office_jobs (created_at desc, job_id desc);
create index office_jobs_of_user on office_jobs (user_id, created_at desc, job_id desc);

-- The active deployment of each site as the office last told, whether this station could follow it yet or not.
create table office_pointers (
    site_id text primary key,
    epoch integer not null check (epoch >= 1),
    deployment_id text not null
) strict, without rowid;

-- What the office holds of other stations and this one did not read, and why: a key that is not trusted, another form.
create table office_unread (
    kind text not null,
    id text not null,
    reason text not null,
    primary key (kind, id)
) strict, without rowid;

-- A fact that came by hand has no signature beside it, since its bundle bears one; the office's is added when it comes.
drop trigger deployments_stay_as_they_are;
create trigger deployments_stay_as_they_are before update on deployments
when new.position is not old.position or new.deployment_id is not old.deployment_id or new.site_id is not old.site_id
    or json_extract(old.body, '$.signature') is not ''
    or json_remove(new.body, '$.signature') is not json_remove(old.body, '$.signature')
begin select raise(abort, 'a deployment is a fact'); end;
