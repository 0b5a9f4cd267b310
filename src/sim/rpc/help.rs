//! Where the data centres are (<https://core.telegram.org/api/datacenter>).

use grammers_tl_types::{self as tl, Serializable as _};

use super::Caller;
use crate::sim::blank;
use crate::sim::login::DataCentre;
use crate::sim::world::World;

pub(super) fn config(world: &World, caller: &Caller<'_>) -> Vec<u8> {
    let mut config = blank::config(world.now());
    config.this_dc = i32::from(caller.dc_id);
    // Where there are others, a client may have to find them.
    if world.knobs.lists_itself || caller.data_centres.len() > 1 {
        config.dc_options = caller.data_centres.iter().map(dc_option).collect();
    }
    tl::enums::Config::from(config).to_bytes()
}

pub(super) fn nearest_dc(caller: &Caller<'_>) -> Vec<u8> {
    tl::enums::NearestDc::from(tl::types::NearestDc {
        country: "NL".to_owned(),
        this_dc: i32::from(caller.dc_id),
        nearest_dc: i32::from(caller.dc_id),
    })
    .to_bytes()
}

fn dc_option(data_centre: &DataCentre) -> tl::enums::DcOption {
    let address = data_centre.address;
    tl::types::DcOption {
        ipv6: address.is_ipv6(),
        media_only: false,
        tcpo_only: false,
        cdn: false,
        r#static: true,
        this_port_only: false,
        id: i32::from(data_centre.id),
        ip_address: address.ip().to_string(),
        port: i32::from(address.port()),
        secret: None,
    }
    .into()
}
