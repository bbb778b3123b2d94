package io.github.vertexj.emulator;

import java.util.Optional;

/**
 * What every call of messages says beside its content.
 *
 * @param endpoint the resource name {@code projects/…/locations/…/endpoints/…}
 * @param routingId the endpoint's id as the header {@code x-vertex-ai-endpoint-id} names it, which
 *     a dedicated endpoint is found by (C3.44)
 * @param bytes the size of the request, in the form that the caller has sent it in
 */
public record MessageCall(String endpoint, Optional<String> routingId, int bytes) {}
