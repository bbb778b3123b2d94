/**
 * The emulated platform's gRPC: {@code google.cloud.aiplatform.v1.PredictionService}, for Google's
 * own clients. Nobody calls this package; it is found on the class path.
 */
@NullMarked
package io.github.vertexj.emulator.grpc;

import org.jspecify.annotations.NullMarked;
