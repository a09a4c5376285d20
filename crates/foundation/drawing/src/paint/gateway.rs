//! Gateways: a diamond and what kind it is.

use bpmn::model::{EventGatewayType, Gateway, GatewayKind};

use super::event::{Symbol, put};
use super::{Brush, circle, polyline};
use crate::geometry::{Rect, point};
use crate::scene::Shape;

/// Draws a gateway.
pub(super) fn draw(brush: &mut Brush, gateway: &Gateway, name: &str, shape: &Shape) {
    let middle = shape.at.middle();
    let scale = shape.at.w.min(shape.at.h) / 50.0;
    brush.path("shape", diamond(shape.at));
    match &gateway.kind {
        GatewayKind::Exclusive { .. } if shape.cross => {
            brush.symbol("sign sign-bold", "M-7-7 7 7M7-7-7 7", middle, scale)
        }
        GatewayKind::Exclusive { .. } => {}
        GatewayKind::Inclusive { .. } => brush.path("sign sign-bold", circle(middle, 11.0 * scale)),
        GatewayKind::Parallel => brush.symbol("sign sign-bold", "M-10 0H10M0-10V10", middle, scale),
        GatewayKind::Complex { .. } => {
            brush.symbol("sign sign-bold", "M-10 0H10M0-10V10M-7-7 7 7M7-7-7 7", middle, scale);
        }
        GatewayKind::EventBased { instantiate, gateway_type } => {
            brush.path("ring", circle(middle, 14.0 * scale));
            if !instantiate {
                brush.path("ring", circle(middle, 11.5 * scale));
            }
            let symbol = match gateway_type {
                EventGatewayType::Exclusive => Symbol::Multiple,
                EventGatewayType::Parallel => Symbol::Parallel,
            };
            put(brush, symbol, middle, 0.8 * scale, false);
        }
    }
    brush.outside(name, shape.at, shape.label);
}

fn diamond(at: Rect) -> String {
    let middle = at.middle();
    let corners =
        [point(middle.x, at.y), point(at.right(), middle.y), point(middle.x, at.bottom()), point(at.x, middle.y)];
    polyline(&corners) + "Z"
}
