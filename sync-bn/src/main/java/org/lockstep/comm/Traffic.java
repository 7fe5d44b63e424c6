package org.lockstep.comm;

/**
 * What a rank has spent on communication since its communicator was made.
 *
 * @param collectives the collectives that were started
 * @param bytesSent payload and headers handed to the network; 0 where ranks share memory
 * @param nanosWaited time in which the calling thread waited for a collective
 */
public record Traffic(long collectives, long bytesSent, long nanosWaited) {
  public static final Traffic NONE = new Traffic(0, 0, 0);

  public Traffic minus(Traffic earlier) {
    return new Traffic(
        collectives - earlier.collectives,
        bytesSent - earlier.bytesSent,
        nanosWaited - earlier.nanosWaited);
  }

  public Traffic plus(Traffic other) {
    return new Traffic(
        collectives + other.collectives,
        bytesSent + other.bytesSent,
        nanosWaited + other.nanosWaited);
  }
}
