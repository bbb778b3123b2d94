package io.github.vertexj.envelope;

import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.StartException;
import java.util.List;
import java.util.ServiceConfigurationError;

/** The Jackson modules on the class path, such as those of {@code java.time} and Kotlin. */
final class JacksonModules {
  private JacksonModules() {}

  /**
   * Finds them.
   *
   * @throws StartException if one cannot be made
   */
  static List<Module> installed() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    try {
      return ObjectMapper.findModules(
          context == null ? JacksonModules.class.getClassLoader() : context);
    } catch (ServiceConfigurationError e) {
      throw new StartException(
          "a Jackson module on the class path cannot be made: "
              + e.getMessage()
              + "; give it the version of your other Jackson jars, or remove it",
          e);
    }
  }
}
