using EniAgent.Doctor;

namespace EniAgent.Tests.Doctor;

public class RedactionTests
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData("WPA_PSK='hunter2'")]
    [InlineData("KEY1=hunter2")]
    [InlineData("psk=hunter2")]
    [InlineData("password=hunter2")]
    [InlineData("private-key=hunter2=")]
    [InlineData("preshared-key = hunter2")]
    [InlineData("wep-key0=hunter2")]
    [InlineData("  password: \"hunter2\"")]
    [InlineData("  auth: {method: tls, client-key-password: hunter2}")]
    [InlineData("  - keys: {private: hunter2, public: x}")]
    [InlineData("PrivateKey=hunter2")]
    [InlineData("Key=hunter2")]
    [InlineData("    wpa-psk hunter2")]
    [InlineData("    wireless-key s:hunter2")]
    [InlineData("# password=hunter2")]
    [InlineData("PROXY=http://user:hunter2@proxy:3128/")]
    [InlineData("pin=hunter2")]
    [InlineData("pin: hunter2")]
    [InlineData("pin = hunter2")]
    [InlineData("ping=1 pin=hunter2")]
    [InlineData("cookie=hunter2")]
    [InlineData("otp=hunter2")]
    [InlineData("[vpn-secrets]\nXauth=hunter2\n\nIPSec=hunter2")]
    [InlineData("a=http://proxy/ b=http://user:hunter2@proxy/")]
    [InlineData("a=http://user:hunter2@proxy/,http://user:hunter2@proxy/")]
    [InlineData("a=http://user:x@hunter2@proxy/")]
    [InlineData("a=http://user:x/hunter2@proxy/")]
    [InlineData("secrets:\n- hunter2\n- hunter2\nmtu: 1500")]
    [InlineData("  secrets:\n\n  - hunter2\n  mtu: 1500")]
    [InlineData("password: |\n  hunter2\n  hunter2\nmtu: 1500")]
    [InlineData("  keys:\n    private: hunter2\n  mtu: 1500")]
    [InlineData("PASSWORD=\\\nhunter2")]
    [InlineData("-----BEGIN EC PARAMETERS-----\nhunter2\n-----END EC PARAMETERS-----")]
    public void No_secret_stays(string text)
    {
        var redacted = Redaction.Of(text);

        Assert.DoesNotContain(Secret, redacted, StringComparison.Ordinal);
        Assert.Contains("(redacted)", redacted, StringComparison.Ordinal);
        Assert.Equal(text.Split('\n').Length, redacted.Split('\n').Length);
    }

    [Theory]
    [InlineData("DEVICE='eth0'\nONBOOT='yes'\nIPADDR='192.168.0.3'\nNETMASK='255.255.255.0'\n")]
    [InlineData("network:\n  version: 2\n  ethernets:\n    eth0:\n      match: {macaddress: \"52:54:00:bf:b3:51\"}\n      dhcp4: true\n")]
    [InlineData("[vpn]\nmapping=1\nhotplug: 2\nurl=http://proxy:3128/\n")]
    [InlineData("[Match]\nMACAddress=52:54:00:bf:b3:51\n[Network]\nAddress=10.0.3.133/24\n")]
    public void What_is_none_stays(string text) => Assert.Equal(text, Redaction.Of(text));

    [Fact]
    public void What_follows_a_secret_stays() => Assert.Equal("password: (redacted)\nmtu: 1500", Redaction.Of("password: hunter2\nmtu: 1500"));

    [Fact]
    public void What_follows_a_list_or_a_section_of_secrets_stays()
    {
        Assert.Equal("secrets:(redacted)\n(redacted)\nmtu: 1500\n- x", Redaction.Of("secrets:\n- hunter2\nmtu: 1500\n- x"));
        Assert.Equal("[vpn-secrets]\nx=(redacted)\n[ipv4]\nx=1", Redaction.Of("[vpn-secrets]\nx=hunter2\n[ipv4]\nx=1"));
    }
}
