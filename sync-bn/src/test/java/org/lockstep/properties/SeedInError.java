package org.lockstep.properties;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutionResult.Status;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Puts the seed of a property that failed into its error, so that the build's own output says how
 * to repeat it. Registered for all properties of all modules as a service.
 */
public final class SeedInError implements AroundPropertyHook {
  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.ALL_DESCENDANTS;
  }

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    PropertyExecutionResult result = property.execute();
    return result.status() == Status.FAILED ? withSeed(result) : result;
  }

  private static PropertyExecutionResult withSeed(PropertyExecutionResult result) {
    Throwable cause = result.throwable().orElse(null);
    String seed = result.seed().orElse("unknown");
    String message = cause == null ? "the property failed" : cause.toString();
    return result.mapToFailed(
        new AssertionError("@Property(seed = \"" + seed + "\"): " + message, cause));
  }
}
