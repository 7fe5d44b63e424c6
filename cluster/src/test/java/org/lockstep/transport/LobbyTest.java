package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LobbyTest {
  private final List<String> lines = new ArrayList<>();
  private final Lobby lobby = new Lobby("rank 0 of 2", 4, Duration.ofMinutes(1), lines::add);
  private final List<Integer> turnedOut = new ArrayList<>();

  @Test
  void refused_manyTimesFromOneAddress_isLoggedOnceAndCounted() {
    for (int port = 1; port <= 50; port++) {
      lobby.refused(from("127.0.0.1", port), "does not speak this protocol");
    }
    lobby.refused(from("127.0.0.2", 1), "does not know the job's token");
    lobby.close();

    assertThat(lines)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .contains("rank 0 of 2 refused /127.0.0.1:1, which does not speak this"),
            second -> assertThat(second).contains("refused /127.0.0.2:1, which does not know"),
            sum -> assertThat(sum).contains("rank 0 of 2 refused 51 connections in all"));
  }

  @Test
  void refused_fromMoreAddressesThanAreRemembered_logsNoMore() {
    for (int host = 0; host < 2 * Lobby.MAX_SOURCES; host++) {
      lobby.refused(from("10.0." + host / 100 + "." + host % 100, 1), "is a stranger");
    }

    assertThat(lines).hasSize(Lobby.MAX_SOURCES);
  }

  @Test
  void enter_moreThanThereIsRoomFor_turnsOutTheOldest() {
    int room = 260;
    for (int number = 0; number < room + 2; number++) {
      enter(number);
    }

    assertThat(turnedOut).containsExactly(0, 1);
    assertThat(lobby.size()).isEqualTo(room);
  }

  @Test
  void close_whileSomeWait_turnsThemOut() {
    enter(1);
    EmbeddedChannel gone = enter(2);
    lobby.leave(gone);
    enter(3);
    lobby.close();

    assertThat(turnedOut).containsExactly(1, 3);
    assertThat(lobby.size()).isZero();
  }

  private EmbeddedChannel enter(int number) {
    EmbeddedChannel channel = new EmbeddedChannel();
    lobby.enter(
        channel,
        () -> {
          turnedOut.add(number);
          lobby.leave(channel);
        });
    return channel;
  }

  private static EmbeddedChannel from(String host, int port) {
    return new EmbeddedChannel() {
      @Override
      protected SocketAddress remoteAddress0() {
        return new InetSocketAddress(host, port);
      }
    };
  }
}
