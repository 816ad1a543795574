using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Tricks.Torch.Weights;

/// <summary>Files of weights from a server, kept in a folder. A file is complete and verified, or absent.</summary>
/// <remarks>
/// A download goes to <c>NAME.part</c>, which is renamed when its SHA-256 is right. A part that was cut off is continued,
/// with the server's word (ETag or date) that the file is still the same; a file with another hash is deleted. A kept file
/// is verified again each time.
/// </remarks>
public static partial class WeightsDownload
{
    /// <summary>Gives the path of a file that was downloaded before, or is now.</summary>
    /// <param name="url">http or https.</param>
    /// <param name="sha256">The file's SHA-256 or at least its first 8 digits, hexadecimal; null takes those in its name.</param>
    /// <param name="options">Cache, offline mode, progress; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the download; what is there stays for the next time.</param>
    /// <exception cref="ArgumentException">The address or an option is out of range, or no hash is known.</exception>
    /// <exception cref="WeightsDownloadException">The file could not be had, or is another.</exception>
    public static async Task<string> GetAsync(
        string url, string? sha256 = null, DownloadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new DownloadOptions();
        if (Faults(url, sha256, options).ToList() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(" ", faults));
        var address = new Uri(url);
        var digits = sha256 ?? Sha256Digits.InName(FileName(address))!;
        var path = CachePath(address, options);
        if (await IsKeptAsync(path, digits, cancellationToken).ConfigureAwait(false))
            return path;
        if (options.IsOffline)
        {
            throw new WeightsDownloadException(
                $"'{url}' is not in the cache, and this is offline mode (DownloadOptions.Offline, or TRICKS_OFFLINE=1). "
                + $"Allow the download, or put the file there by hand: {path}");
        }

        await DownloadAsync(address, digits, path, options, cancellationToken).ConfigureAwait(false);
        return path;
    }

    /// <summary>One sentence for everything that is wrong with the arguments.</summary>
    internal static IEnumerable<string> Faults(string url, string? sha256, DownloadOptions options)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            yield return $"'{url}' is no address of http or https.";
        else if (sha256 is null && Sha256Digits.InName(FileName(address)) is null)
            yield return $"'{url}' has no SHA-256 digits in its name, as resnet18-f37072fd.pth has; give the file's SHA-256.";
        if (sha256 is not null && !Sha256Digits.AreSound(sha256))
            yield return $"The SHA-256 '{sha256}' must be 8 to 64 hexadecimal digits.";
        foreach (var fault in options.Faults())
            yield return fault;
    }

    /// <summary>Where a file is kept: a folder for its address, so that equal names do not meet.</summary>
    internal static string CachePath(Uri address, DownloadOptions options)
    {
        var folder = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri)))[..16];
        return Path.Combine(options.CacheFolder ?? DownloadOptions.DefaultCacheFolder, "weights", folder, FileName(address));
    }

    private static string FileName(Uri address) =>
        Unsafe().Replace(Uri.UnescapeDataString(address.Segments[^1]), "_") is { Length: > 0 and <= 128 } name && name.Trim('.', '_').Length > 0 ? name : "weights";

    private static async Task<bool> IsKeptAsync(string path, string digits, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return false;
        byte[] hash;
        await using (var file = File.OpenRead(path))
            hash = await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false);
        if (Sha256Digits.Match(hash, digits))
            return true;
        File.Delete(path);                                      // damaged since, or put there by hand and another
        return false;
    }

    private static async Task DownloadAsync(Uri address, string digits, string path, DownloadOptions options, CancellationToken cancellationToken)
    {
        using var part = PartialFile.Open(path);
        Exception? last = null;
        for (var attempt = 0; attempt < options.Attempts; attempt++)
        {
            if (attempt > 0)
                await Task.Delay(options.RetryDelay * (1 << Math.Min(attempt - 1, 6)), cancellationToken).ConfigureAwait(false);
            try
            {
                if (await HttpDownload.RunAsync(address, part, options, cancellationToken).ConfigureAwait(false) is var hash && Sha256Digits.Match(hash, digits))
                {
                    part.Complete();
                    return;
                }

                part.Discard();
                throw new WeightsDownloadException(
                    $"'{address}' has the SHA-256 {Convert.ToHexStringLower(hash)}, and {digits} was expected; it was deleted. Check address and hash.");
            }
            catch (Exception fault) when (IsPassing(fault, cancellationToken))
            {
                last = fault;
            }
        }

        throw new WeightsDownloadException(
            $"'{address}' could not be downloaded in {options.Attempts} attempts: {last!.Message} What has arrived stays for the next attempt.", last);
    }

    /// <summary>What may be better the next time: a cut connection, a server that is busy or silent.</summary>
    private static bool IsPassing(Exception fault, CancellationToken cancellationToken) => fault switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        HttpRequestException http => http.StatusCode is null or >= System.Net.HttpStatusCode.InternalServerError
            or System.Net.HttpStatusCode.RequestTimeout or System.Net.HttpStatusCode.TooManyRequests or System.Net.HttpStatusCode.RequestedRangeNotSatisfiable,
        IOException => true,
        _ => false,
    };

    [GeneratedRegex(@"[^A-Za-z0-9._-]")]
    private static partial Regex Unsafe();
}
