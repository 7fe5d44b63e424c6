package org.lockstep.transport;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Consecutive ranks of a mesh that do collectives among themselves. Ranks within the group count
 * from 0; rank r of the group is rank {@code first + r} of the mesh.
 *
 * @param id tells the group's frames from those of other groups; the same on all its ranks
 * @param first the mesh rank of the group's rank 0
 * @param rank this rank within the group
 * @param size the ranks of the group
 */
public record Group(int id, int first, int rank, int size) {
  /** The rank that many places after this one, in a circle. */
  public int after(int distance) {
    return (rank + distance) % size;
  }

  /** The mesh ranks of the others. */
  List<Integer> meshPeers() {
    return IntStream.range(0, size)
        .filter(peer -> peer != rank)
        .mapToObj(peer -> first + peer)
        .toList();
  }

  static Group all(Membership membership) {
    return new Group(1, 0, membership.rank(), membership.worldSize());
  }

  /**
   * The part of this group that this rank falls in when it is cut into parts of {@code size}.
   *
   * @param ordinal how many cuts of this group came before; makes the parts' id
   * @throws IllegalArgumentException if {@code size} does not divide the group
   */
  public Group part(int size, int ordinal) {
    if (size < 1 || this.size % size != 0) {
      throw new IllegalArgumentException(
          this.size + " ranks cannot be cut into groups of " + size + ": it is no divisor");
    }
    int start = rank / size * size;
    int partId = ((31 * id + ordinal + 1) * 31 + start) * 0x9E3779B1;
    return new Group(partId, first + start, rank - start, size);
  }
}
