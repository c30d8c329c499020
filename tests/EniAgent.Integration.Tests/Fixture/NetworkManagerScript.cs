namespace EniAgent.Integration.Tests.Fixture;

/// <summary>Parts of scripts for <see cref="Consumer"/> that run NetworkManager.</summary>
internal static class NetworkManagerScript
{
    /// <summary>Starts it, and what it needs, and waits until it answers.</summary>
    public const string Start = """
        $(command -v systemd-sysctl || echo /lib/systemd/systemd-sysctl)
        if [ -d /etc/NetworkManager/system-connections ]; then find /etc/NetworkManager/system-connections -type f -exec chmod 600 {} +; fi
        mkdir -p /run/dbus
        dbus-daemon --system --fork
        NetworkManager --log-level=INFO >/run/log 2>&1
        for i in $(seq 100); do nmcli general >/dev/null 2>&1 && break; sleep 0.1; done

        """;

    /// <summary>Waits until it has brought every NIC up.</summary>
    public const string WaitUntilUp = """
        up() { nmcli -t -f DEVICE,STATE device | grep -c '^eth.*:connected$' || true; }
        for i in $(seq 300); do
            [ "$(up)" -ge "$(ls /sys/class/net | grep -c ^eth)" ] && break
            sleep 0.1
        done
        if [ "$(up)" -lt "$(ls /sys/class/net | grep -c ^eth)" ]; then
            cat /run/log >&2
            nmcli device >&2
            exit 1
        fi

        """;

    /// <summary>Ends it; what it has brought up stays.</summary>
    public const string Stop = """
        manager=$(cat /run/NetworkManager/NetworkManager.pid)
        kill $manager
        # Its file goes before it does, and another one would find its name taken.
        while [ -e /proc/$manager/exe ]; do sleep 0.1; done

        """;
}
