package org.lockstep.checkpoint;

import java.net.URI;
import java.nio.file.Path;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Finds the store that a path or URL names. */
public final class CheckpointStores {
  private CheckpointStores() {}

  /** Opens stores by URL; found by {@link ServiceLoader}. */
  public interface Provider {
    CheckpointStore open(URI url);
  }

  /**
   * A path without scheme is a directory that this machine sees; a URL is left to the provider on
   * the class path.
   *
   * @throws IllegalArgumentException if it is a URL, and there is none or it does not know it
   */
  public static CheckpointStore open(String place) {
    if (!isUrl(place)) {
      return new LocalStore(Path.of(place));
    }
    try {
      return ServiceLoader.load(Provider.class, CheckpointStores.class.getClassLoader())
          .findFirst()
          .orElseThrow(() -> unknown(place, null))
          .open(URI.create(place));
    } catch (ServiceConfigurationError | LinkageError e) {
      throw unknown(place, e);
    }
  }

  /** Whether it begins with a scheme, of more than the one letter of a drive. */
  public static boolean isUrl(String place) {
    return place.matches("[A-Za-z][A-Za-z0-9+.-]+:.*");
  }

  private static IllegalArgumentException unknown(String place, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        place
            + ": expected a directory, found a URL; Hadoop's file systems are at hand only with"
            + " --master or spark-submit",
        cause);
  }
}
