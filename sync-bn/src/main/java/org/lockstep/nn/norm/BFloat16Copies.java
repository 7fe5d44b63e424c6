package org.lockstep.nn.norm;

/** Copies of values between bf16 and float32 memory, as {@link org.lockstep.nn.BFloat16} says. */
interface BFloat16Copies {
  /** The fastest that this JVM has, see {@link FloatPasses#of}. */
  static BFloat16Copies fastest() {
    return VectorModule.isUsable() ? new VectorBFloat16Copies() : new HeapBFloat16Copies();
  }

  /** Brings {@code length} values from index {@code start} on to the front of {@code to}. */
  void widen(BFloat16Memory from, int start, int length, FloatMemory to);

  /** Rounds the first {@code length} values to those from index {@code start} on. */
  void narrow(FloatMemory from, BFloat16Memory to, int start, int length);
}
