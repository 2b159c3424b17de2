"""Whether the results are what the jobs wrote, byte for byte.

Reads checksums/ and results/. Writes nothing; a file that has changed is set aside.
"""


rule verify:
    log:
        "logs/verify.log",
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        code=code_of("verify"),
        software=software_of("verify"),
    message:
        "Comparing all results with their checksums"
    script:
        "../scripts/verify.py"
