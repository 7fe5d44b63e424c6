package org.lockstep.transport;

/** Told along a control connection's pipeline when the other side has authenticated. */
enum ControlEvent {
  ACCEPTED
}
