package io.github.vertexj.emulator;

import io.github.vertexj.PredictorProvider;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** Starts a platform for a test class, and gives its tests the endpoint or the platform. */
final class EmulatedEndpointExtension implements BeforeAllCallback, ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(EmulatedEndpointExtension.class);
  private static final double PROBE_TIME_SCALE = 0.02;

  /** What the tests of one class share. */
  private record Running(EmulatedPlatform platform, Endpoint endpoint) implements AutoCloseable {
    @Override
    public void close() {
      platform.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (context.getStore(NAMESPACE).get(Running.class) == null) { // a nested class shares it
      EmulatedEndpoint wanted =
          AnnotationSupport.findAnnotation(context.getElement(), EmulatedEndpoint.class)
              .orElseThrow();
      context.getStore(NAMESPACE).put(Running.class, start(wanted));
    }
  }

  private static Running start(EmulatedEndpoint wanted) {
    EmulatedPlatform platform = EmulatedPlatform.builder().probeTimeScale(PROBE_TIME_SCALE).start();
    try {
      Endpoint endpoint = platform.newEndpoint(EndpointProfile.of(wanted.profile()));
      if (wanted.provider() != EmulatedEndpoint.None.class) {
        endpoint.deploy(model(wanted));
      }
      return new Running(platform, endpoint);
    } catch (RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  private static UploadedModel model(EmulatedEndpoint wanted) {
    return UploadedModel.provider(() -> newProvider(wanted.provider()))
        .name(wanted.provider().getSimpleName(), "1")
        .storageUri(wanted.storageUri())
        .replicas(wanted.replicas())
        .build();
  }

  private static <T extends PredictorProvider<?, ?>> T newProvider(Class<T> provider) {
    return ReflectionSupport.newInstance(provider);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Endpoint.class || type == EmulatedPlatform.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running = context.getStore(NAMESPACE).get(Running.class, Running.class);
    return parameter.getParameter().getType() == Endpoint.class
        ? running.endpoint()
        : running.platform();
  }
}
