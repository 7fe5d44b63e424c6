package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyVersionTest {
  @Test
  void here_onThisClassPath_isOneVersionOfTheLine() {
    assertThat(NettyVersion.here()).matches("\\Q" + NettyVersion.LINE + "\\E\\d+\\.Final");
  }
}
