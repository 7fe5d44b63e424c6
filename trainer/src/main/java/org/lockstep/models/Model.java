package org.lockstep.models;

/**
 * States a network, layer by layer. An implementation that {@link Models} shall find by its class
 * name is public and has a public constructor without arguments.
 */
@FunctionalInterface
public interface Model {
  /**
   * Adds all layers; the last one yields one value a class.
   *
   * @param network without layers, of the shape of an image
   * @param classes the number of classes
   * @return {@code network}
   */
  NetworkBuilder define(NetworkBuilder network, int classes);
}
