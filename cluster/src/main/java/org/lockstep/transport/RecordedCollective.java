package org.lockstep.transport;

/**
 * One collective, as the rank that took part in it remembers it. Times are nanoseconds since 1970
 * by that host's clock, read once and counted on from there, so that a rank's times are consistent
 * among themselves; between hosts they differ by as much as their clocks do.
 *
 * @param group which ranks took part; the same number on all of them
 * @param sequence its number among the group's collectives; the same on all ranks
 * @param overlaps whether it ran beside the rank's own thread
 * @param action for example "allReduce SUM of 129 doubles"
 * @param tag for example "bn1 forward of step 3"
 * @param bytes of this rank's numbers
 * @param issued when the rank's thread asked for it
 * @param started when it ran; 0: it has not
 * @param ended when it was over, done or failed; 0: it is not
 * @param done whether all went well
 * @param peer the last rank that this one had to wait for in it; negative: none
 * @param peerSince since when; 0 where it waited for none
 * @param waited nanoseconds that it waited for peers in all, until {@code ended}
 */
public record RecordedCollective(
    int group,
    long sequence,
    boolean overlaps,
    String action,
    String tag,
    long bytes,
    long issued,
    long started,
    long ended,
    boolean done,
    int peer,
    long peerSince,
    long waited) {}
