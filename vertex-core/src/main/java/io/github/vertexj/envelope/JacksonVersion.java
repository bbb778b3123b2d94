package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.databind.cfg.PackageVersion;
import io.github.vertexj.StartException;

/** The version of Jackson on the class path, and the oldest that serves. */
public final class JacksonVersion {
  private static final int OLDEST_MINOR = 16; // of 2; older ones lack methods that are called here

  private JacksonVersion() {}

  /**
   * Returns the version found.
   *
   * @throws StartException if it is too old, in one line
   */
  public static String require() {
    return require(PackageVersion.VERSION);
  }

  static String require(Version found) {
    if (found.getMajorVersion() == 2 && found.getMinorVersion() < OLDEST_MINOR) {
      throw new StartException(
          "jackson-databind %s is on the class path, and 2.%d or newer is needed: set its version in"
                  .formatted(found, OLDEST_MINOR)
              + " your dependencyManagement, as by importing jackson-bom");
    }
    return found.toString();
  }
}
