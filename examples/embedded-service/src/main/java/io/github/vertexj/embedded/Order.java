package io.github.vertexj.embedded;

/**
 * An order as the service stores it, and as clients send it to have it predicted.
 *
 * @param distanceKm from the kitchen to the door
 * @param dishes how many are cooked
 */
public record Order(double distanceKm, int dishes) {}
